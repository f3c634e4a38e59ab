(* Diff.v - the meaning of the checks in a differential ring: a commutative ring that contains the rational
   numbers, with coordinates and commuting partial derivatives.  (Smooth functions near a point, rational
   functions, power series, ...)

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Lia FMapPositive Ring_theory Ring InitialRing.
From LawCert Require Import Poly Model Checker.
Import ListNotations.

(* ------------------------------------------------------------------ lists of variables, fields *)
Lemma vars_from_spec n : forall s a, In a (vars_from s n) <-> (Zpos s <= Zpos a < Zpos s + Z.of_nat n)%Z.
Proof.
  induction n as [|n IH]; intros s a; simpl; [lia|]. rewrite IH. rewrite Pos2Z.inj_succ.
  split; [intros [H|H]; subst; lia|]. intros H. destruct (Pos.eq_dec s a); [auto|right]. lia.
Qed.
Lemma is_state_spec n a : is_state n a = true <-> In a (vars n).
Proof. unfold is_state, vars. rewrite vars_from_spec, Z.leb_le. lia. Qed.
Lemma is_state_le n m a : (n <= m)%nat -> is_state n a = true -> is_state m a = true.
Proof. unfold is_state. rewrite !Z.leb_le. lia. Qed.
Lemma vars_nodup n : forall s, NoDup (vars_from s n).
Proof. induction n as [|n IH]; intros s; simpl; constructor; auto. rewrite vars_from_spec, Pos2Z.inj_succ.
  lia. Qed.
Lemma vars_length n : forall s, length (vars_from s n) = n.
Proof. induction n; intros; simpl; auto. Qed.
Lemma existsb_vars n a : existsb (Pos.eqb a) (vars n) = is_state n a.
Proof.
  apply eq_true_iff_eq. rewrite is_state_spec, existsb_exists. split.
  - intros (x & H & E). apply Pos.eqb_eq in E. now subst.
  - intros H. exists a. split; auto. apply Pos.eqb_refl.
Qed.
Lemma fget_make vs f a : fget (make vs f) a = if existsb (Pos.eqb a) vs then f a else [].
Proof.
  unfold fget. induction vs as [|b vs IH]; simpl; [now rewrite PositiveMap.gempty|].
  destruct (Pos.eqb_spec a b) as [->|N]; simpl; [now rewrite PositiveMap.gss|].
  rewrite PositiveMap.gso by congruence. exact IH.
Qed.
Lemma fget_zero a : fget zero_field a = [].
Proof. unfold fget, zero_field. now rewrite PositiveMap.gempty. Qed.
Lemma fget_add X b p a : fget (PositiveMap.add b p X) a = if Pos.eqb a b then p else fget X a.
Proof.
  unfold fget. destruct (Pos.eqb_spec a b) as [->|N]; [now rewrite PositiveMap.gss|].
  now rewrite PositiveMap.gso by congruence.
Qed.
Lemma onvars_all p : onvars (fun _ => true) p = true.
Proof. unfold onvars. apply forallb_forall. intros. apply forallb_forall. auto. Qed.
Lemma constant_spec d z : constant d = Some z -> d = [([], z)] /\ z <> 0%Z.
Proof.
  destruct d as [|[[|a m] c] t]; simpl; try discriminate; destruct t; try discriminate.
  destruct (Z.eqb_spec c 0); [discriminate|]. intros E. injection E as ->. auto.
Qed.
Lemma all_some_spec {A} (l : list (option A)) l' : all_some l = Some l' -> l = map Some l'.
Proof.
  revert l'. induction l as [|[x|] l IH]; intros l'; simpl; try discriminate.
  - intros E. injection E as <-. reflexivity.
  - destruct (all_some l); simpl; [|discriminate]. intros E. injection E as <-. simpl. f_equal. auto.
Qed.

(* The Lie algebra that fields generate, as far as brackets go *)
Inductive in_lie (vs : list positive) (G : field -> Prop) : field -> Prop :=
| lie_gen X : G X -> in_lie vs G X
| lie_zero : in_lie vs G zero_field
| lie_bracket X Y : in_lie vs G X -> in_lie vs G Y -> in_lie vs G (bracket vs X Y).
Lemma build_lie vs G ws : forall acc, (forall X, In X acc -> in_lie vs G X) ->
  forall X, In X (build vs acc ws) -> in_lie vs G X.
Proof.
  induction ws as [|[i j] ws IH]; intros acc H X; simpl; auto.
  apply IH. intros Y HY. apply in_app_or in HY as [HY|[HY|[]]]; auto. subst Y.
  assert (N : forall k, in_lie vs G (nth k acc zero_field)).
  { intros k. destruct (Nat.lt_ge_cases k (length acc)); [apply H, nth_In; auto|].
    rewrite nth_overflow by auto. apply lie_zero. }
  apply lie_bracket; apply N.
Qed.

Definition on_state (n : nat) (X : field) := forall a, is_state n a = false -> fget X a = [].

Section Sums.
  Variable F : qalg.
  Open Scope cring_scope.
  Add Ring RS : (cth F).
  Notation pev := (peval F).
  Notation inj := (phi F).

  Fixpoint ssum {A} (l : list A) (f : A -> F) : F := match l with [] => 0 | a :: l' => f a + ssum l' f end.
  Lemma ssum_ext {A} (l : list A) f g : (forall a, In a l -> f a = g a) -> ssum l f = ssum l g.
  Proof. induction l as [|a l IH]; simpl; intros H; [reflexivity|]. rewrite (H a), IH by auto. reflexivity.
    Qed.
  Lemma ssum_add {A} (l : list A) f g : ssum l (fun a => f a + g a) = ssum l f + ssum l g.
  Proof. induction l as [|a l IH]; simpl; [ring|rewrite IH; ring]. Qed.
  Lemma ssum_sub {A} (l : list A) f g : ssum l (fun a => f a - g a) = ssum l f - ssum l g.
  Proof. induction l as [|a l IH]; simpl; [ring|rewrite IH; ring]. Qed.
  Lemma ssum_scale {A} (l : list A) c f : ssum l (fun a => c * f a) = c * ssum l f.
  Proof. induction l as [|a l IH]; simpl; [ring|rewrite IH; ring]. Qed.
  Lemma ssum_swap {A B} (l : list A) (f : A -> B -> F) : forall l',
    ssum l (fun a => ssum l' (fun b => f a b)) = ssum l' (fun b => ssum l (fun a => f a b)).
  Proof.
    induction l as [|a l IH]; intros l'; simpl.
    - induction l' as [|b l' IH']; simpl; [reflexivity|rewrite <- IH'; ring].
    - rewrite IH, <- ssum_add. reflexivity.
  Qed.
  Lemma ssum_0 {A} (l : list A) : ssum l (fun _ => 0) = 0.
  Proof. induction l as [|a l IH]; simpl; [reflexivity|rewrite IH; ring]. Qed.
  Lemma ssum_delta v a : forall l, NoDup l ->
    ssum l (fun b => v b * (if Pos.eqb a b then 1 else 0)) = if existsb (Pos.eqb a) l then v a else 0.
  Proof.
    induction l as [|b l IH]; intros HN; simpl; [reflexivity|]. inversion HN; subst. rewrite IH by auto.
    destruct (Pos.eqb_spec a b) as [->|N]; simpl.
    - assert (E : existsb (Pos.eqb b) l = false).
      { apply not_true_is_false. intros E. apply existsb_exists in E as (x & Hx & Ex). apply Pos.eqb_eq in Ex.
          now subst. }
      rewrite E. ring.
    - ring.
  Qed.

  (* ---------------------------------------------------------------- a list of components becomes a field *)
  Definition comp_means (e : positive -> F) (x : positive * frac) (y : positive * F) : Prop :=
    fst x = fst y /\ means F e (snd x) (snd y).
  Lemma assemble_ok (n : nat) (e : positive -> F) D l : forall X l', assemble n D l = Some X ->
    Forall2 (comp_means e) l l' ->
    on_state n X /\ forall u, ssum (vars n) (fun a => pev e (fget X a) * u a) = inj D * ssum l'
      (fun t => snd t * u (fst t)).
  Proof.
    induction l as [|[b [p d]] l IH]; intros X l' HA HF; inversion HF as [|? [b' y] ? l'' HC HF']; subst;
      simpl in HA.
    - injection HA as <-. split; [intros a _; apply fget_zero|]. intros u. cbn [ssum].
      rewrite (ssum_ext _ _ (fun _ => 0)); [rewrite ssum_0; ring|]. intros a _. rewrite fget_zero.
        cbn [peval]. ring.
    - destruct (constant d) as [z|] eqn:Ed; [|discriminate].
        destruct (assemble n D l) as [Y|] eqn:EY; [|discriminate].
      destruct (Z.eqb (D / z * z) D && is_state n b)%bool eqn:E; [|discriminate]. injection HA as <-.
      apply andb_prop in E as [E1 E2]. apply Z.eqb_eq in E1.
      destruct (IH Y l'' eq_refl HF') as [SY AY]. destruct HC as [Hb HM]. cbn [fst snd] in Hb, HM. subst b'.
      apply constant_spec in Ed as [-> Hz].
      assert (HM' : inj z * y = pev e p).
      { unfold means in HM. cbn [fst snd peval meval] in HM.
          replace (inj z * 1 + 0) with (inj z) in HM by ring.
        apply HM. apply unit_int; auto. }
      split.
      { intros a Ha. rewrite fget_add. destruct (Pos.eqb_spec a b); [congruence|]. auto. }
      intros u. cbn [ssum fst snd].
      transitivity (inj D * y * u b + ssum (vars n) (fun a => pev e (fget Y a) * u a)); [|rewrite AY; ring].
      rewrite (ssum_ext (vars n) _ (fun a => pev e (fget Y a) * u a + inj D * y * u a * (if Pos.eqb b a then 1
        else 0))).
      + rewrite ssum_add, (ssum_delta (fun a => inj D * y * u a)) by apply vars_nodup.
        rewrite existsb_vars, E2. ring.
      + intros a _. rewrite fget_add. rewrite (Pos.eqb_sym a b).
          destruct (Pos.eqb_spec b a) as [<-|N]; [|ring].
        rewrite (peval_add F), (peval_mulmono F), <- HM'. cbn [meval].
        transitivity ((inj (D / z) * inj z * y + pev e (fget Y b)) * u b); [ring|].
        rewrite <- phi_mul, E1. ring.
  Qed.
  Lemma field_of_sum n e l X l' : field_of n l = Some X -> Forall2 (comp_means e) l l' ->
    on_state n X /\ exists D, D <> 0%Z /\
    forall u, ssum (vars n) (fun a => pev e (fget X a) * u a) = inj D * ssum l' (fun t => snd t * u (fst t)).
  Proof.
    unfold field_of. destruct (Z.eqb_spec (common l) 0) as [|N]; [discriminate|]. intros HA HF.
    destruct (assemble_ok n e _ _ _ _ HA HF) as [HS H]. eauto.
  Qed.
End Sums.

Record dring := DRing {
  functions :> qalg;
  dim : nat;                                           (* at least that many coordinates: numbers 1..dim *)
  theta : positive -> functions;                       (* the coordinates *)
  pd : positive -> functions -> functions;             (* d/dtheta_a *)
  pd_add : forall a x y, pd a (cadd x y) = cadd (pd a x) (pd a y);
  pd_mul : forall a x y, pd a (cmul x y) = cadd (cmul (pd a x) y) (cmul x (pd a y));
  pd_comm : forall a b x, pd a (pd b x) = pd b (pd a x);
  pd_theta : forall a b, is_state dim a = true -> is_state dim b = true ->
    pd a (theta b) = if Pos.eqb b a then c1 else c0 }.
Arguments theta {d}. Arguments pd {d}.

Section Diff.
  Variable F : dring.
  Open Scope cring_scope.
  Add Ring RF : (cth F).
  Notation pev := (peval F).
  Notation dpv := (dp F).
  Notation inj := (phi F).

  Lemma pd_0 a : pd a (0 : F) = 0.
  Proof. apply (D0 F (pd a)); intros; [congruence|apply pd_add]. Qed.
  Lemma pd_inj a z : pd a (inj z) = 0.
  Proof. apply (Dphi F (pd a)); intros; [congruence|apply pd_add|apply pd_mul]. Qed.
  Lemma pd_sub a (x y : F) : pd a (x - y) = pd a x - pd a y.
  Proof.
    assert (H : pd a (x - y) + pd a y = pd a x) by (rewrite <- pd_add; f_equal; ring). rewrite <- H. ring.
  Qed.
  Lemma pd_rational a z p : pd a (rational z p : F) = 0.
  Proof.
    assert (E := quot_ok F (inj z) _ (q_unit F p)). fold (@rational F z p) in E.
    apply (unit_zero F (inj (Zpos p))); [apply q_unit|].
    transitivity (pd a (inj (Zpos p) * rational z p) - pd a (inj (Zpos p)) * rational z p); [rewrite pd_mul;
      ring|].
    rewrite E, !pd_inj. ring.
  Qed.
  Lemma pd_ssum {A} b (l : list A) f : pd b (ssum F l f) = ssum F l (fun a => pd b (f a)).
  Proof. induction l as [|a l IH]; simpl; [apply pd_0|rewrite pd_add, IH; reflexivity]. Qed.

  Section Point.
  Variable n : nat.
  (* an assignment of functions to variables: the coordinates to themselves, constants to all others *)
  Definition admissible (e : positive -> F) : Prop :=
    (n <= dim F)%nat /\ (forall a, is_state n a = true -> e a = theta a) /\
    (forall a b, is_state n a = true -> is_state n b = false -> pd a (e b) = 0).
  Lemma admissible_pd e a b : admissible e -> is_state n a = true ->
    pd a (e b) = if Pos.eqb b a then 1 else 0.
  Proof.
    intros [L [H G]] Ha. destruct (is_state n b) eqn:Hb.
    - rewrite (H b Hb). apply pd_theta; eapply is_state_le; eauto.
    - rewrite G by auto. destruct (Pos.eqb_spec b a); [congruence|reflexivity].
  Qed.
  Lemma ev_delta (e : positive -> F) b a : pev e (delta b a) = if Pos.eqb a b then 1 else 0.
  Proof. unfold delta. destruct (Pos.eqb a b); [|reflexivity]. unfold one. cbn [peval meval]. rewrite phi1.
    ring. Qed.
  Lemma pd_ev e a p : admissible e -> is_state n a = true -> pd a (pev e p) = pev e (diff a p).
  Proof.
    intros He Ha. unfold diff. rewrite (lie_ok F).
    rewrite (chain F (pd a)); [|intros; congruence|apply pd_add|apply pd_mul].
    apply (dp_ext F e (fun _ => true)); [|apply onvars_all].
    intros b _. rewrite ev_delta. apply admissible_pd; auto.
  Qed.

  (* ---------------------------------------------------------------- a field acts as a derivation *)
  Definition act (e : positive -> F) (X : field) (h : F) : F :=
    ssum F (vars n) (fun a => pev e (fget X a) * pd a h).
  Lemma dm_scale e v c m : dm F e (fun a => c * v a) m = c * dm F e v m.
  Proof. induction m as [|a m IH]; simpl; [ring|rewrite IH; ring]. Qed.
  Lemma dp_scale e v c p : dpv e (fun a => c * v a) p = c * dpv e v p.
  Proof. induction p as [|[m k] p IH]; simpl; [ring|rewrite IH, dm_scale; ring]. Qed.
  Lemma dp_ssum e p (l : list positive) : forall w, dpv e (fun a => ssum F l (fun b => w b a)) p = ssum F l
    (fun b => dpv e (w b) p).
  Proof.
    induction l as [|b l IH]; intros w; simpl; [apply (dp_0 F)|].
    rewrite <- IH.
    rewrite (dp_ext F e (fun _ => true) (fun a => w b a + ssum F l (fun b0 => w b0 a))
               (fun a => w b a + 1 * ssum F l (fun b0 => w b0 a)) p); [|intros; ring|apply onvars_all].
    rewrite (dp_lin F). ring.
  Qed.
  Lemma lie_act e X p : admissible e -> on_state n X -> pev e (lie (fget X) p) = act e X (pev e p).
  Proof.
    intros He HX. rewrite (lie_ok F). unfold act.
    transitivity (dpv e (fun a => ssum F (vars n) (fun b => pev e (fget X b) * (if Pos.eqb a b then 1
      else 0))) p).
    - apply (dp_ext F e (fun _ => true)); [|apply onvars_all].
      intros a _. rewrite (ssum_delta F (fun b => pev e (fget X b))) by apply vars_nodup.
      rewrite existsb_vars. destruct (is_state n a) eqn:E; [reflexivity|]. rewrite HX by auto. reflexivity.
    - rewrite (dp_ssum e p (vars n) (fun b a => pev e (fget X b) * (if Pos.eqb a b then 1 else 0))).
      apply ssum_ext. intros b Hb. apply is_state_spec in Hb. rewrite dp_scale, pd_ev by auto.
      unfold diff. rewrite (lie_ok F). f_equal. apply (dp_ext F e (fun _ => true)); [|apply onvars_all].
      intros a _. rewrite ev_delta. reflexivity.
  Qed.
  Lemma act_0 e X : act e X 0 = 0.
  Proof. unfold act. rewrite (ssum_ext F _ _ (fun _ => 0)); [apply ssum_0|]. intros a _. rewrite pd_0. ring.
    Qed.
  Lemma act_mul e X x y : act e X (x * y) = act e X x * y + x * act e X y.
  Proof.
    unfold act. rewrite (ssum_ext F _ _ (fun a => y * (pev e (fget X a) * pd a x) + x * (pev e
      (fget X a) * pd a y))).
    - rewrite ssum_add, !ssum_scale. ring.
    - intros. rewrite pd_mul. ring.
  Qed.
  (* the computed bracket acts as the commutator *)
  Theorem bracket_ok e X Y h : admissible e -> on_state n X -> on_state n Y ->
    act e (bracket (vars n) X Y) h = act e X (act e Y h) - act e Y (act e X h).
  Proof.
    intros He HX HY.
    assert (E1 : act e (bracket (vars n) X Y) h =
      ssum F (vars n) (fun a => ssum F (vars n) (fun b => pev e (fget X b) * pd b (pev e
        (fget Y a)) * pd a h))
      - ssum F (vars n) (fun a => ssum F (vars n) (fun b => pev e (fget Y b) * pd b (pev e
          (fget X a)) * pd a h))).
    { unfold act, bracket. rewrite <- ssum_sub. apply ssum_ext. intros a Ha. rewrite fget_make, existsb_vars.
      apply is_state_spec in Ha. rewrite Ha.
      rewrite (peval_add F), (peval_opp F), !lie_act by auto. unfold act.
      rewrite (ssum_ext F (vars n) (fun b => pev e (fget X b) * pd b (pev e (fget Y a)) * pd a h)
                 (fun b => pd a h * (pev e (fget X b) * pd b (pev e (fget Y a))))) by (intros; ring).
      rewrite (ssum_ext F (vars n) (fun b => pev e (fget Y b) * pd b (pev e (fget X a)) * pd a h)
                 (fun b => pd a h * (pev e (fget Y b) * pd b (pev e (fget X a))))) by (intros; ring).
      rewrite !ssum_scale. ring. }
    assert (E2 : forall X Y, act e X (act e Y h) =
      ssum F (vars n) (fun a => ssum F (vars n) (fun b => pev e (fget X b) * pd b (pev e
        (fget Y a)) * pd a h))
      + ssum F (vars n) (fun a => ssum F (vars n) (fun b => pev e (fget X b) * pev e (fget Y a) * pd b
          (pd a h)))).
    { intros X' Y'. unfold act.
      rewrite (ssum_swap F (vars n) (fun a b => pev e (fget X' b) * pd b (pev e (fget Y' a)) * pd a h)
        (vars n)).
      rewrite (ssum_swap F (vars n) (fun a b => pev e (fget X' b) * pev e (fget Y' a) * pd b (pd a h))
        (vars n)).
      rewrite <- ssum_add. apply ssum_ext. intros b _. rewrite pd_ssum, <- ssum_scale, <- ssum_add.
      apply ssum_ext. intros a _. rewrite pd_mul. ring. }
    rewrite E1, (E2 X Y), (E2 Y X).
    rewrite (ssum_swap F (vars n) (fun a b => pev e (fget Y b) * pev e (fget X a) * pd b (pd a h)) (vars n)).
    rewrite (ssum_ext F (vars n) (fun b => ssum F (vars n) (fun a => pev e (fget Y b) * pev e
      (fget X a) * pd b (pd a h)))
       (fun b => ssum F (vars n) (fun a => pev e (fget X a) * pev e (fget Y b) * pd a (pd b h)))).
    2: { intros b _. apply ssum_ext. intros a _. rewrite (pd_comm F b a). ring. }
    ring.
  Qed.
  Lemma on_state_make f : on_state n (make (vars n) f).
  Proof. intros a Ha. rewrite fget_make, existsb_vars, Ha. reflexivity. Qed.
  Lemma on_state_zero : on_state n zero_field.
  Proof. intros a _. apply fget_zero. Qed.
  Lemma on_state_lie (G : field -> Prop) : (forall X, G X -> on_state n X) -> forall X, in_lie (vars n) G X ->
    on_state n X.
  Proof. intros H X HL. induction HL; auto using on_state_zero. apply on_state_make. Qed.
  Theorem lie_conserved e (G : field -> Prop) h : admissible e ->
    (forall X, G X -> on_state n X /\ act e X h = 0) -> forall X, in_lie (vars n) G X -> act e X h = 0.
  Proof.
    intros He HG X HL.
    assert (HS : forall X, in_lie (vars n) G X -> on_state n X) by (intros Z HZ; apply (on_state_lie G); auto;
      intros Y HY; apply (HG Y HY)).
    induction HL as [X HX| |X Y LX IX LY IY].
    - apply (HG X HX).
    - unfold act. rewrite (ssum_ext F _ _ (fun _ => 0)); [apply ssum_0|]. intros a _. rewrite fget_zero.
        simpl. ring.
    - rewrite bracket_ok by auto. rewrite IX, IY, !act_0. ring.
  Qed.

  Definition pairing (l : list (positive * F)) (h : F) : F := ssum F l (fun t => snd t * pd (fst t) h).
  Lemma field_of_ok e l X l' : field_of n l = Some X -> Forall2 (comp_means F e) l l' ->
    on_state n X /\ exists D, D <> 0%Z /\ forall h, act e X h = inj D * pairing l' h.
  Proof.
    intros HA HF. destruct (field_of_sum F n e l X l' HA HF) as (S & D & N & H). split; auto. exists D.
      split; auto.
    intros h. apply (H (fun a => pd a h)).
  Qed.
  End Point.
End Diff.
