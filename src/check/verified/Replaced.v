(* Replaced.v - what Replace.v puts for the symbols of a table has the values of the symbols at the other
   place.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu
  TrueFlow Other Symbols Functions SymbolValues Motion Replace.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing3 : (cth Rring).

Section Replaced.
  Variable I : functions.
  Variable first : positive.
  Variable off : Prop.
  Variable leaf : positive -> frac.
  (* the values of variables and symbols here, and at the other place *)
  Variables e e0 : positive -> R.
  Notation mean := (means Reals e).
  Lemma mean_polynomial p v : pev e p = v -> mean (p, one) v.
  Proof. intros <- _. cbn [fst snd]. rewrite (ev_one Reals). cbn. ring. Qed.
  Lemma sum_of_ok l xs : Forall2 mean l xs -> mean (sum_of l) (fold_right Rplus 0 xs).
  Proof.
    intros H. unfold sum_of. destruct (forallb (fun x => is_one (snd x)) l) eqn:E.
    - apply mean_polynomial. rewrite (peval_norm Rring).
      induction H as [|x v l xs Hx H IH]; [reflexivity|]. cbn [flat_map fold_right forallb] in *.
      apply andb_prop in E as [E1 E2]. rewrite (peval_app Rring), (IH E2). apply is_one_ok in E1.
      assert (Q : pev e (fst x) = v).
      { unfold means in Hx. rewrite E1, (ev_one Reals) in Hx. rewrite Rmult_1_l in Hx. symmetry. apply Hx.
        apply unit_real. cbn. lra. }
      exact (f_equal (fun y => y + _) Q).
    - clear E. induction H as [|x v l xs Hx H IH]; cbn [fold_right].
      + intros _. cbn [fst snd peval]. cbn. ring.
      + apply (means_add Reals); assumption.
  Qed.
  Section Put.
    Variable G : places.
    Variable known : positive -> bool.
    Hypothesis HG : forall a, known a = true -> mean (put leaf G a) (e0 a).
    Lemma put_poly_ok p : onvars known p = true -> mean (put_poly leaf G p) (pev e0 p).
    Proof.
      intros HK. unfold put_poly.
      replace (pev e0 p) with (fold_right Rplus 0 (map (fun t => phi Rring (snd t) * meval Rring e0 (fst t))
        p)).
      - apply sum_of_ok. unfold onvars in HK. induction p as [|[m c] p IH]; cbn [map]; constructor.
        + cbn [forallb fst snd] in *. apply andb_prop in HK as [HK _]. clear IH p.
          induction m as [|a m IH]; cbn [fold_right meval].
          * apply mean_polynomial. rewrite (ev_const Reals). symmetry. apply Rmult_1_r.
          * cbn [forallb] in HK. apply andb_prop in HK as [Ha Hm].
            assert (M := means_mul Reals e _ _ _ _ (HG a Ha) (IH Hm)).
            refine (eq_ind _ (means Reals e _) M _ _).
            change (e0 a * (phi Rring c * meval Rring e0 m) = phi Rring c * (e0 a * meval Rring e0 m)). ring.
        + apply IH. cbn [forallb] in HK. apply andb_prop in HK as [_ HK]. exact HK.
      - clear HK. induction p as [|[m c] p IH]; [reflexivity|]. cbn [map fold_right peval fst snd]. rewrite
        IH.
        reflexivity.
    Qed.
    Lemma put_frac_ok x : constant_den x = true -> onvars known (fst x) = true ->
      mean (put_frac leaf G x) (fval e0 x).
    Proof.
      intros Hc HK. assert (M := put_poly_ok (fst x) HK). destruct (constant_den_spec x Hc) as (z & Ez & Hz).
      assert (NZ := IZR_nonzero z Hz). unfold put_frac, fval, means in *. cbn [fst snd].
      rewrite (ev_times Reals), Ez, !pev_constant. intros U. destruct (unit_mul Reals _ _ U) as [U1 _].
      rewrite <- (M U1). cbn. field. exact NZ.
    Qed.
  End Put.

  Lemma gives_arguments (H : Prop) xs vs : (H -> Forall2 mean xs vs) ->
    gives I off e H (each simple xs) (fun a => map (fval e) a = vs) True.
  Proof.
    intros HM. eapply gives_weaken; [apply (gives_each I off e 0 H simple mean
      (fun a v => constant_den a = true /\ fval e a = v) (fun _ => True))| | |]; auto.
    - intros x v. apply gives_simple. tauto.
    - intros a _ Ha. clear -Ha. induction Ha as [|y z l l' [_ Hy]]; simpl; congruence.
  Qed.
  Lemma gives_again (H : Prop) f xs vs : (H -> Forall2 mean xs vs) ->
    gives I off e H (again first f xs) (fun y => mean y (real_value I f vs)) (regular off f vs).
  Proof.
    intros HM. assert (Sym : gives I off e H
      (let* a := each simple xs in let* id := symbol first (f, a) in ret (variable id))
      (fun y => mean y (real_value I f vs)) (regular off f vs)).
    { eapply gives_bind with (here := True); [apply (gives_arguments H xs vs HM)| |auto]. intros a.
      eapply gives_bind; [apply gives_symbol| |].
      - intros id. apply gives_ret. intros ((_ & Ha) & Hid). cbn [fst snd] in Hid. rewrite Ha in Hid.
        apply mean_var. exact Hid.
      - intros (_ & Ha) R. cbn [fst snd]. rewrite Ha. exact R. }
    assert (One : proper f -> gives I off e H (match xs with [x] => apply first f x | _ => fail "a symbol"
      end)
      (fun y => mean y (real_value I f vs)) (regular off f vs)).
    { intros Pf. destruct xs as [|x [|x' xs]]; try apply gives_fail. rewrite (proper_value I first e f vs Pf).
      eapply gives_weaken; [apply (gives_apply I first off e H f x (nth 0 vs 0) Pf)| | |]; auto.
      - intros HP. specialize (HM HP). inversion HM; subst. assumption.
      - intros _ R. destruct f; try contradiction; exact R. }
    destruct f; cbn [again]; try exact Sym; apply One; exact Logic.I.
  Qed.

  Theorem replaced_ok T : forall k G T0 G' T', ordered k T = true -> replaced first leaf T G T0 = Ok (G', T')
    ->
    longer T0 T' /\
    (sat I e T' -> sat I e0 T -> (forall a, (a < k)%positive -> mean (put leaf G a) (e0 a)) ->
     (forall a, (Zpos a < Zpos k + Z.of_nat (List.length T))%Z -> mean (put leaf G' a) (e0 a)) /\
     (fine off e T0 -> fine off e0 T -> fine off e T')).
  Proof.
    induction T as [|[i [f l]] T IH]; intros k G T0 G' T' O E; cbn [replaced] in E.
    - injection E as <- <-. split; [apply longer_refl|]. intros _ _ HG. split; [|auto].
      intros a Ha. apply HG. simpl in Ha. lia.
    - cbn [ordered] in O. apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 O2].
      apply Pos.eqb_eq in O1. subst i.
      set (H := forall a, (a < k)%positive -> mean (put leaf G a) (e0 a)).
      assert (HM : H -> Forall2 mean (map (put_frac leaf G) l) (map (fval e0) l)).
      { intros HG. clear E. rewrite forallb_forall in O2. induction l as [|a l IHl]; cbn [map]; constructor.
        - specialize (O2 a (or_introl eq_refl)). apply andb_prop in O2 as [C V].
          apply (put_frac_ok G (fun b => Pos.ltb b k)); [|exact C|exact V].
          intros b Hb. apply HG. apply Pos.ltb_lt. exact Hb.
        - apply IHl. intros b Hb. apply O2. now right. }
      unfold bind in E.
      destruct (again first f (map (put_frac leaf G) l) T0) as [[x T1]|] eqn:E1; [|discriminate].
      destruct (gives_again H f _ _ HM T0 x T1 E1) as [L1 V1].
      destruct (IH (Pos.succ k) _ _ _ _ O3 E) as [L2 V2].
      split; [eapply longer_trans; eauto|]. intros S S0 HG.
      destruct V1 as [Hx F1]; [eapply longer_sat; eauto|exact HG|].
      assert (Ek : real_value I f (map (fval e0) l) = e0 k)
        by (symmetry; exact (S0 (k, (f, l)) (or_introl eq_refl))).
      destruct V2 as [HG' F2]; [exact S|intros d Hd; apply S0; now right| |].
      + intros a Ha. unfold put. destruct (Pos.eq_dec a k) as [->|N].
        * rewrite PositiveMap.gss, <- Ek. exact Hx.
        * rewrite PositiveMap.gso by exact N. apply HG. lia.
      + split; [intros a Ha; apply HG'; cbn [List.length] in Ha; lia|]. intros F0 F. apply F2.
        * apply F1; [exact F0|]. exact (F (k, (f, l)) (or_introl eq_refl)).
        * intros d Hd. apply F. now right.
  Qed.
End Replaced.
