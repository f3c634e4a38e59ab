(* JetValues.v - the jets of Jets.v are expansions of the values of the network and of its derivatives.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionLaws
  Jets Expansions SeriesFunctions.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Lemma all_some_rel {X Y Z} (f : X -> option Y) (P : X -> Z -> Prop) (Q : Y -> Z -> Prop) l L :
  Forall2 P l L -> (forall x y z, P x z -> f x = Some y -> Q y z) ->
  forall l', all_some (map f l) = Some l' -> Forall2 Q l' L.
Proof.
  intros H HQ. induction H as [|x z l L Hx H IH]; intros l' E; simpl in E.
  - injection E as <-. constructor.
  - destruct (f x) as [y|] eqn:Ey; [|discriminate]. destruct (all_some (map f l)) as [k|]; [|discriminate].
    injection E as <-. constructor; [exact (HQ x y z Hx Ey)|apply IH; reflexivity].
Qed.
Lemma nth_ladd x : forall y i, nth i (ladd x y) [] = sadd (nth i x []) (nth i y []).
Proof.
  induction x as [|p x IH]; intros [|q y] [|i]; cbn [ladd nth]; try reflexivity;
    try (destruct (nth i x []); reflexivity); try apply IH.
  destruct p; reflexivity.
Qed.
Lemma nth_map_nil (f : series -> series) l i : f [] = [] -> nth i (map f l) [] = f (nth i l []).
Proof. intros H. rewrite <- H at 1. apply map_nth. Qed.
Lemma smul_nil K s : smul K [] s = []. Proof. destruct K; reflexivity. Qed.

Section Jets.
  Variable I : functions.
  Variable n : nat.
  Variable K : nat.
  Variable eT : R -> positive -> R.
  Notation func := ((positive -> R) -> R).
  Notation O := (S K).
  (* the value along the curve, and its derivatives by the parameters there *)
  Definition jet_of (x : jet) (F : func) : Prop :=
    expands O (fst x) (fun T => F (eT T)) /\ exists G : positive -> R -> R, forall a, is_state n a = true ->
      near 0 (fun T => partial F a (eT T) (G a T)) /\ expands O (jet_value x a) (G a).
  Lemma jet_of_ext x F F' : (forall e, F e = F' e) -> jet_of x F -> jet_of x F'.
  Proof.
    intros E (H & G & HG). split; [eapply expands_ext; [|exact H]; apply near_always; intros T; apply E|].
    exists G. intros a Ha. destruct (HG a Ha) as [H1 H2]. split; [|exact H2]. eapply near_mono; [|exact H1].
    intros T D. eapply deriv_ext; [|exact D]. intros s. apply E.
  Qed.
  Lemma jet_of_const q : jet_of ([q], []) (fun _ => qr q).
  Proof.
    split; [apply expands_const|]. exists (fun _ _ => 0). intros a _. split.
    - apply near_always. intros T. apply derivable_pt_lim_const.
    - unfold jet_value. cbn [snd]. destruct (Pos.to_nat a - 1)%nat; apply expands_nil.
  Qed.
  Lemma jet_of_zero : jet_of ([], []) (fun _ => 0).
  Proof.
    split; [apply expands_nil|]. exists (fun _ _ => 0). intros a _. split.
    - apply near_always. intros T. apply derivable_pt_lim_const.
    - unfold jet_value. cbn [snd]. destruct (Pos.to_nat a - 1)%nat; apply expands_nil.
  Qed.
  Lemma jet_of_add x y F F' : jet_of x F -> jet_of y F' -> jet_of (jet_add x y) (fun e => F e + F' e).
  Proof.
    intros (H & G & HG) (H' & G' & HG'). split; [apply expands_add; assumption|].
    exists (fun a T => G a T + G' a T). intros a Ha. destruct (HG a Ha) as [H1 H2].
      destruct (HG' a Ha) as [H3 H4]. split.
    - eapply near_mono; [|exact (near_and _ _ _ H1 H3)]. intros T [D1 D2].
      exact (derivable_pt_lim_plus (fun s => F (update (eT T) a s)) (fun s => F' (update (eT T) a s)) _ _ _
        D1 D2).
    - unfold jet_value, jet_add. cbn [snd]. rewrite nth_ladd. apply expands_add; assumption.
  Qed.
  Lemma jet_of_opp x F : jet_of x F -> jet_of (jet_opp x) (fun e => - F e).
  Proof.
    intros (H & G & HG). split; [apply expands_opp; assumption|].
    exists (fun a T => - G a T). intros a Ha. destruct (HG a Ha) as [H1 H2]. split.
    - eapply near_mono; [|exact H1]. intros T D1. exact (derivable_pt_lim_opp (fun s => F (update (eT T) a
      s)) _ _ D1).
    - unfold jet_value, jet_opp. cbn [snd]. rewrite nth_map_nil by reflexivity. apply expands_opp. exact H2.
  Qed.
  Lemma jet_of_mul x y F F' : jet_of x F -> jet_of y F' -> jet_of (jet_mul O x y) (fun e => F e * F' e).
  Proof.
    intros (H & G & HG) (H' & G' & HG'). split; [apply expands_mul; assumption|].
    exists (fun a T => G a T * F' (eT T) + G' a T * F (eT T)). intros a Ha.
    destruct (HG a Ha) as [H1 H2]. destruct (HG' a Ha) as [H3 H4]. split.
    - eapply near_mono; [|exact (near_and _ _ _ H1 H3)]. intros T [D1 D2].
      assert (D := derivable_pt_lim_mult (fun s => F (update (eT T) a s)) (fun s => F' (update (eT T) a s)) _
        _ _ D1 D2).
      cbv beta in D. rewrite update_same in D. unfold partial. rewrite (Rmult_comm (G' a T)). exact D.
    - unfold jet_value, jet_mul. cbn [snd]. rewrite nth_ladd, !nth_map_nil by apply smul_nil.
      apply expands_add; apply expands_mul; assumption.
  Qed.
  Lemma jet_of_function f x y F : jet_function O f x = Some y -> jet_of x F ->
    jet_of y (fun e => single I f (F e)) /\ near 0 (fun T => regular True f [F (eT T)]).
  Proof.
    unfold jet_function. destruct (applied f O (fst x)) as [v|] eqn:Ev; [|discriminate].
    destruct (slope_series f O (fst x) v) as [s|] eqn:Es; [|discriminate]. intros E (H & G & HG).
    apply some_same in E. subst y. destruct (applied_ok I f K _ _ _ Ev H) as (Hf & H1 & H2).
    assert (H3 := slope_series_ok I f K _ _ _ _ Ev Es H). split; [|exact H2]. split; [exact H1|].
    exists (fun a T => G a T * slope I f (F (eT T))). intros a Ha. destruct (HG a Ha) as [H4 H5]. split.
    - eapply near_mono; [|exact (near_and _ _ _ H2 H4)]. intros T [Q D]. unfold partial. rewrite Rmult_comm.
      apply (derivable_pt_lim_comp (fun s => F (update (eT T) a s)) (single I f)); [exact D|].
      rewrite update_same. apply (slope_ok I True); assumption.
    - unfold jet_value. cbn [snd]. rewrite nth_map_nil by apply smul_nil. apply expands_mul; assumption.
  Qed.

  (* ---------------------------------------------------------------- programs *)
  Definition fun_ops : ops func :=
    Ops func (fun _ => 0) (fun f g e => f e + g e) (fun f g e => f e * g e) (fun f e => - f e)
      (fun f g e => f e / g e) (fun z p _ => @rational Reals z p) (fun a e => e a).
  Definition fun_node (acc : list (list (list func))) (nd : node) : list (list func) :=
    match nd with
    | Gate k i _ => map (map (fun F e => entry_function I k (F e))) (nth i acc [])
    | _ => step fun_ops acc nd
    end.
  Notation at_e e := (Forall2 (Forall2 (fun (F : func) v => F e = v))).
  Notation SO e := (sem_ops Reals e).
  Lemma fun_node_at e nd accF accv u : (forall k i ids, nd = Gate k i ids -> k <> 2%nat) ->
    Forall2 (at_e e) accF accv -> at_e e (fun_node accF nd) (fst (evaluate R (SO e) (real_units I) nd accv
      u)).
  Proof.
    intros N H.
    assert (St : at_e e (step fun_ops accF nd) (@step R (SO e) accv nd)).
    { apply (step_rel func R fun_ops (SO e) (fun F v => F e = v)); try exact H; cbn; intros; subst;
      reflexivity. }
    destruct nd as [v|v|i j|i|i j|i j|i j|i j|i|i k|i|v|k i ids]; try exact St. cbn [fun_node evaluate fst].
    assert (E : forall m, real_units I (List.length u) k m = map (map (entry_function I k)) m).
    { intros m. specialize (N k i ids eq_refl). destruct k as [|[|[|k]]]; try reflexivity. congruence. }
    rewrite E. apply (map_rel (Forall2 (fun (F : func) v => F e = v))).
    - intros r r' Hr. apply (map_rel (fun (F : func) v => F e = v)); [|exact Hr]. intros F v <-. reflexivity.
    - apply (nth_rel (Forall2 (Forall2 (fun (F : func) v => F e = v)))); [constructor|exact H].
  Qed.
  Variable leaf : positive -> jet.
  Hypothesis leaf_ok : forall a, jet_of (leaf a) (fun e => e a).
  Notation mats := (Forall2 (Forall2 jet_of)).
  Lemma entries_near (M : list (list func)) (Q : func -> R -> Prop) :
    (forall F, In F (List.concat M) -> near 0 (Q F)) ->
    near 0 (fun T => forall F, In F (List.concat M) -> Q F T).
  Proof. apply near_all. Qed.
  Lemma concat_at e M m d : at_e e M m -> In d (List.concat m) -> exists F, In F (List.concat M) /\ d = F e.
  Proof.
    intros H Hd. assert (C : Forall2 (fun (F : func) v => F e = v) (List.concat M) (List.concat m)).
    { clear Hd. induction H; simpl; [constructor|]. apply Forall2_app; assumption. }
    destruct (Forall2_in_r _ _ _ d C Hd) as (F & HF & E). exists F. split; [exact HF|]. symmetry. exact E.
  Qed.
  Lemma all_entries_ok f m m' M (Q : jet -> func -> Prop) :
    (forall x y F, jet_of x F -> f x = Some y -> Q y F) -> mats m M -> all_entries f m = Some m' ->
      Forall2 (Forall2 Q) m' M.
  Proof.
    intros H HM. unfold all_entries. apply (all_some_rel _ (Forall2 jet_of)); [exact HM|].
    intros r r' F Hr. apply (all_some_rel f jet_of Q r F Hr). intros x y z. apply H.
  Qed.
  Lemma in_concat_both (Q : jet -> func -> Prop) m M : Forall2 (Forall2 Q) m M -> forall F,
    In F (List.concat M) ->
    exists x, Q x F.
  Proof.
    intros H F HF. assert (C : Forall2 Q (List.concat m) (List.concat M)).
    { clear HF. induction H; simpl; [constructor|]. apply Forall2_app; assumption. }
    destruct (Forall2_in_r _ _ _ F C HF) as (x & _ & Hx). exists x. exact Hx.
  Qed.
  Lemma jet_node_ok acc accF nd m : jet_node O leaf acc nd = Some m -> Forall2 mats acc accF ->
    mats m (fun_node accF nd) /\ (forall k i ids, nd = Gate k i ids -> k <> 2%nat) /\
    near 0 (fun T => forall accv, Forall2 (at_e (eT T)) accF accv -> regular_node True nd accv).
  Proof.
    intros E H.
    assert (N : forall i, mats (nth i acc []) (nth i accF [])).
    { intros i. apply (nth_rel mats); [constructor|exact H]. }
    assert (NV : forall e accv i, Forall2 (at_e e) accF accv -> at_e e (nth i accF []) (nth i accv [])).
    { intros e accv i HV. apply (nth_rel (at_e e)); [constructor|exact HV]. }
    assert (St : mats (step (jet_ops O leaf) acc nd) (step fun_ops accF nd) \/ exists i j, nd = Quot i j).
    { assert (Q : (exists i j, nd = Quot i j) \/ forall i j, nd <> Quot i j)
        by (destruct nd; try (right; discriminate); left; eauto).
      destruct Q as [Q|Q]; [right; exact Q|left].
      set (jo := Ops jet ([], []) jet_add (jet_mul O) jet_opp (fun x _ => x) (fun z p => ([(z, p)],
        [])) leaf).
      set (fo := Ops func (fun _ => 0) (fun f g e => f e + g e) (fun f g e => f e * g e) (fun f e => - f e)
        (fun f _ => f) (fun z p _ => @rational Reals z p) (fun a e => e a)).
      replace (step fun_ops accF nd) with (step fo accF nd).
      - apply (step_rel jet func jo fo jet_of); try exact H; cbn [jo fo o0 oadd omul oopp oquot oconst ovar].
        + apply jet_of_zero.
        + apply jet_of_add.
        + apply jet_of_mul.
        + apply jet_of_opp.
        + intros a b x y Ha _. exact Ha.
        + intros z p. apply (jet_of_ext _ (fun _ => qr (z, p))); [|apply jet_of_const].
          intros _. unfold qr, rational. cbn [fst snd]. rewrite <- !phi_IZR. reflexivity.
        + exact leaf_ok.
      - destruct nd; try reflexivity. exfalso. eapply Q. reflexivity. }
    assert (Plain : (forall k i ids, nd <> Gate k i ids) -> (forall i j, nd <> Quot i j) ->
      mats m (fun_node accF nd) /\ (forall k i ids, nd = Gate k i ids -> k <> 2%nat) /\
      near 0 (fun T => forall accv, Forall2 (at_e (eT T)) accF accv -> regular_node True nd accv)).
    { intros NG NQ. destruct St as [St|(i & j & Q)]; [|congruence]. split; [|split].
      - destruct nd; try congruence; cbn [jet_node] in E; apply some_same in E; subst m; exact St.
      - intros k i ids Q. congruence.
      - apply near_always. intros T accv _. destruct nd; try exact Logic.I; congruence. }
    destruct nd as [v|v|i j|i|i j|i j|i j|i j|i|i k|i|v|k i ids]; try (apply Plain; congruence);
      clear Plain St.
    - cbn [jet_node] in E. destruct (all_entries (jet_function O Inverse) (nth j acc [])) as [r|] eqn:Er;
      [|discriminate].
      cbn [option_map] in E. apply some_same in E. subst m.
      assert (HR := all_entries_ok _ _ _ _ (fun y F => jet_of y (fun e => / F e) /\
        near 0 (fun T => F (eT T) <> 0))
        (fun x y F Hx Hy => jet_of_function Inverse x y F Hy Hx) (N j) Er).
      split; [|split; [discriminate|]].
      + cbn [fun_node step]. apply (zip_rel (Forall2 jet_of) (Forall2 (fun y F => jet_of y (fun e => / F e) /\
          near 0 (fun T => F (eT T) <> 0)))); [|apply N|exact HR].
        intros x x' y y' Hx Hy. apply (zip_rel jet_of (fun y F => jet_of y (fun e => / F e) /\
          near 0 (fun T => F (eT T) <> 0))); [|exact Hx|exact Hy].
        intros a b d f Ha [Hd _]. apply (jet_of_ext _ (fun e => b e * / f e)); [reflexivity|].
          apply jet_of_mul; assumption.
      + eapply near_mono; [|apply (entries_near (nth j accF []) (fun F T => F (eT T) <> 0))].
        * intros T HT accv HV d Hd. destruct (concat_at _ _ _ d (NV _ _ j HV) Hd) as (F & HF & ->). apply HT.
          exact HF.
        * intros F HF. destruct (in_concat_both _ _ _ HR F HF) as (x & _ & Q). exact Q.
    - cbn [jet_node] in E. destruct (function_of k) as [f|] eqn:Ef; [|discriminate].
      destruct (kind_function I True k f Ef) as (_ & Hk & _).
      assert (HU : forall x y F, jet_of x F -> jet_unit O k f x = Some y ->
        jet_of y (fun e => entry_function I k (F e)) /\ near 0 (fun T => regular True f [F (eT T)])).
      { intros x y F Hx. unfold jet_unit. destruct (jet_function O f x) as [z|] eqn:Ez; [|discriminate].
        cbn [option_map]. intros Ey. apply some_same in Ey. subst y.
        destruct (jet_of_function f x z F Ez Hx) as [Hz Hn]. split; [|exact Hn].
        destruct (Nat.eqb k 10 || Nat.eqb k 11)%bool eqn:Eb.
        - apply (jet_of_ext _ (fun e => F e * single I f (F e))); [intros e; rewrite Hk; reflexivity|].
          apply jet_of_mul; assumption.
        - apply (jet_of_ext _ (fun e => single I f (F e))); [intros e; rewrite Hk; reflexivity|exact Hz]. }
      assert (HR := all_entries_ok _ _ _ _ _ HU (N i) E). split; [|split].
      + cbn [fun_node]. clear -HR. induction HR as [|r r' m M Hr HR IH]; simpl; constructor; [|exact IH].
        clear -Hr. induction Hr as [|x F r r' Hx Hr IH]; simpl; constructor; [apply Hx|exact IH].
      + intros k' i' ids' Q. injection Q as <- _ _. intros ->. discriminate.
      + eapply near_mono; [|apply (entries_near (nth i accF []) (fun F T => regular True f [F (eT T)]))].
        * intros T HT accv HV. cbn [regular_node]. unfold regular_unit. cbn [fst snd].
          assert (HE : forall row x, In row (nth i accv []) -> In x row -> regular True f [x]).
          { intros row x Hrow Hx. destruct (concat_at _ _ _ x (NV _ _ i HV)) as (F & HF & ->).
            - apply in_concat. exists row. split; assumption.
            - apply HT. exact HF. }
          do 14 (destruct k as [|k]; [try discriminate; injection Ef as <-; try exact Logic.I; exact HE|]).
            exact Logic.I.
        * intros F HF. destruct (in_concat_both _ _ _ HR F HF) as (x & _ & Q). exact Q.
  Qed.
  Theorem jets_ok prog : forall acc accF J, jets_of O leaf prog acc = Some J -> Forall2 mats acc accF ->
    exists JF, Forall2 mats J JF /\
    (forall e accv u, Forall2 (at_e e) accF accv ->
      Forall2 (at_e e) JF (fst (run_with R (SO e) (real_units I) prog accv u))) /\
    near 0 (fun T => forall accv u, Forall2 (at_e (eT T)) accF accv -> (forall x, In x u -> regular_unit True x) ->
      (forall x, In x (snd (run_with R (SO (eT T)) (real_units I) prog accv u)) -> regular_unit True x) /\
      (forall d, In d (divisors (SO (eT T)) (real_units I) prog accv u) -> d <> 0)).
  Proof.
    induction prog as [|nd prog IH]; intros acc accF J E H.
    - cbn [jets_of] in E. apply some_same in E. subst J. exists accF. split; [exact H|]. split; [intros;
      assumption|].
      apply near_always. intros T accv u _ Hu. split; [exact Hu|intros d []].
    - cbn [jets_of] in E. destruct (jet_node O leaf acc nd) as [m|] eqn:Em; [|discriminate].
      destruct (jet_node_ok acc accF nd m Em H) as (H1 & H2 & H3).
      destruct (IH (acc ++ [m]) (accF ++ [fun_node accF nd]) J E) as (JF & G1 & G2 & G3);
        [apply Forall2_app; [exact H|constructor; [exact H1|constructor]]|].
      exists JF. split; [exact G1|].
      assert (Next : forall e accv u, Forall2 (at_e e) accF accv ->
        Forall2 (at_e e) (accF ++ [fun_node accF nd]) (accv ++ [fst (evaluate R (SO e) (real_units I) nd accv
          u)])).
      { intros e accv u HV. apply Forall2_app; [exact HV|]. constructor; [|constructor]. apply fun_node_at;
        assumption. }
      split.
      + intros e accv u HV. cbn [run_with]. specialize (Next e accv u HV).
        destruct (evaluate R (SO e) (real_units I) nd accv u) as [mv u1]. apply G2. exact Next.
      + eapply near_mono; [|exact (near_and _ _ _ H3 G3)]. intros T [Q1 Q2] accv u HV Hu.
        cbn [run_with divisors].
        specialize (Next (eT T) accv u HV). specialize (Q1 accv HV).
        destruct (evaluate R (SO (eT T)) (real_units I) nd accv u) as [mv u1] eqn:EV.
        destruct (Q2 (accv ++ [mv]) u1 Next) as [Q3 Q4].
        { intros x Hx. destruct nd; cbn [evaluate] in EV; injection EV as _ <-; try (apply Hu; exact Hx).
          apply in_app_or in Hx as [Hx|[<-|[]]]; [apply Hu; exact Hx|exact Q1]. }
        split; [exact Q3|]. intros d Hd. apply in_app_or in Hd as [Hd|Hd]; [|apply Q4; exact Hd].
        destruct nd; try contradiction. apply Q1. exact Hd.
  Qed.
End Jets.
